"""What a gate checks is ticked in words: the hint beside it speaks of keys no more."""

from django.db import migrations

import vincula.kernel.records.fields


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0004_thresholds_and_uptime"),
    ]

    operations = [
        migrations.AlterField(
            model_name="phasegate",
            name="conditions",
            field=vincula.kernel.records.fields.TextListField(
                blank=True,
                default=list,
                help_text="What the program checks itself.",
                indexed=False,
                item="text",
                verbose_name="conditions checked",
            ),
        ),
    ]
