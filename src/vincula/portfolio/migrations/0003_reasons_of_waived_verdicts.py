from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0002_runs_brought_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="pilotcustomer",
            name="waiver",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="reason of the waiver"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="pilotcustomer",
            name="waived_until",
            field=models.DateField(blank=True, null=True, verbose_name="waived until"),
        ),
    ]
