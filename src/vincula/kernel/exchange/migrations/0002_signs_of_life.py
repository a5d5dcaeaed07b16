"""Whoever works at an import leaves signs of life, so that one that was cut off is known and mended."""

from django.db import migrations, models

import vincula.kernel.clock


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_imports_and_kept_relations")]

    operations = [
        migrations.AddField(
            "importrun", "beat_at", models.DateTimeField(default=vincula.kernel.clock.now, editable=False)
        ),
    ]
