"""Two roles for the staff of a new installation; an administrator edits or removes them as any other."""

from django.db import migrations

ROLES = {
    "Staff reader": ("Sees everything and may export it.", ("view", "export")),
    "Staff editor": ("Sees, creates, changes, imports and exports everything; the trash too.", ("*",)),
}


def create(apps, schema_editor):
    Role, Grant = apps.get_model("access", "Role"), apps.get_model("access", "Grant")
    for name, (description, actions) in ROLES.items():
        role, made = Role.objects.get_or_create(name=name, defaults={"description": description})
        if made:
            for action in actions:
                Grant.objects.create(role=role, entity="*", action=action, scope="all", value=[])


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_organisations_and_people"), ("access", "0001_roles")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
