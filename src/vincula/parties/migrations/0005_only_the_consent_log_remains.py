"""The columns of single consents go; the log asks for its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_consents_become_lines_of_a_log")]
    operations = [
        migrations.RemoveField("consent", "purpose_was"),
        migrations.RemoveField("consent", "given_on"),
        migrations.RemoveField("consent", "withdrawn_on"),
        migrations.RemoveField("consent", "proof"),
        migrations.AlterField(
            "consent", "purpose",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="privacy.purpose",
                              verbose_name="purpose"),
        ),
        migrations.AddIndex(
            "consent",
            models.Index(fields=["person", "purpose", "-on", "-id"], name="parties_consent_current"),
        ),
    ]  # fmt: skip
