"""An offering whose charge nobody has stated does not say that it is included."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0006_audiences_in_other_languages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="offering",
            name="price_model",
            field=models.CharField(
                choices=[
                    ("included", "Included in the membership"),
                    ("yearly", "Per year"),
                    ("unit", "Per unit and year"),
                    ("once", "Once"),
                    ("cost", "At cost"),
                    ("unstated", "Not stated"),
                ],
                default="unstated",
                max_length=20,
                verbose_name="price model",
            ),
        ),
    ]
