"""A hit's row names all the items on which the profile was TRUE; older rows name one each."""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Cast


def _name_items(apps: Any, _schema_editor: Any) -> None:
    hits = apps.get_model("assessment", "Hit").objects
    hits.update(items=Cast("item", models.TextField()))


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]

    operations = [
        migrations.AddField("hit", "items", models.TextField(default=""), preserve_default=False),
        migrations.RunPython(_name_items, migrations.RunPython.noop),
        migrations.RemoveField("hit", "item"),
    ]
