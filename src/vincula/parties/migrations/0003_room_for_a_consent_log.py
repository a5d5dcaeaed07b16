"""Columns of the consent log beside those of the single consents that were; 0004 moves the data, 0005 tidies up."""

import django.db.models.deletion
from django.db import migrations, models

import vincula.kernel.clock

DECISIONS = [("given", "given"), ("withdrawn", "withdrawn")]
WAYS = [
    ("form", "Form"), ("mail", "E-mail or letter"), ("conversation", "Conversation"), ("contract", "Contract"),
    ("other", "Otherwise"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_first_roles"), ("privacy", "0001_purposes_rules_and_erasures")]
    operations = [
        migrations.RemoveConstraint("consent", "parties_consent_period"),
        migrations.RemoveConstraint("consent", "parties_consent_once"),
        migrations.RenameField("consent", "purpose", "purpose_was"),
        migrations.AlterField("consent", "given_on", models.DateField(null=True, verbose_name="given on")),
        migrations.AlterField("consent", "proof", models.CharField(default="", max_length=300, verbose_name="proof")),
        migrations.AddField(
            "consent", "purpose",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                              to="privacy.purpose", verbose_name="purpose"),
        ),
        migrations.AddField(
            "consent", "decision",
            models.CharField(choices=DECISIONS, default="given", max_length=10, verbose_name="decision"),
        ),
        migrations.AddField(
            "consent", "on", models.DateField(default=vincula.kernel.clock.today, verbose_name="on")
        ),
        migrations.AddField(
            "consent", "how", models.CharField(choices=WAYS, default="form", max_length=20, verbose_name="how")
        ),
        migrations.AddField(
            "consent", "evidence",
            models.CharField(
                default="", max_length=500, verbose_name="evidence",
                help_text="How we know: the words of the mail, which form; a file may be added.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "consent", "source",
            models.CharField(
                blank=True, default="", max_length=200, verbose_name="source",
                help_text="Where it came from: the address of the form, a campaign.",
            ),
            preserve_default=False,
        ),
    ]  # fmt: skip
