import clearway.audit.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkjob",
            name="discarded_at",
            field=clearway.audit.fields.InstantField(null=True),
        ),
        migrations.CreateModel(
            name="BulkTaken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows", models.BinaryField()),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="intake.bulkjob"
                    ),
                ),
            ],
        ),
    ]
