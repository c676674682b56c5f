"""What went aboard of each goods item."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the count to the exits."""

    dependencies = [("clearance", "0003_lines_moves_exits")]

    operations = [
        migrations.AddField("exit", "by_item", models.JSONField(default=dict)),
    ]
