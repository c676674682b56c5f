"""Say beside each selection which channels asked and how likely the draw was; read it from old ones."""

from django.db import migrations, models

_AT_ONCE = 2_000


def read(apps, schema_editor):  # noqa: ANN001, ANN201, ARG001 - as Django calls it
    """Fill both columns from the selections that are on record."""
    import msgspec

    from clearway.assessment.service import asked_by
    from clearway.kernel.decisions import Selection

    table = apps.get_model("assessment", "Assessment")
    decode = msgspec.msgpack.Decoder(Selection).decode
    last = 0
    while True:
        rows = list(
            table.objects.filter(pk__gt=last, selection__isnull=False)
            .order_by("pk")
            .only("pk", "selection")[:_AT_ONCE]
        )
        if not rows:
            return
        for row in rows:
            selection = decode(bytes(row.selection))
            row.asked = asked_by(selection)
            limits = [
                int(value)
                for result in selection.channels
                for step in result.reasons
                for name, value in step.parameters
                if result.channel == "random" and name == "limit"
            ]
            row.random_rate = limits[0] if limits else None
        table.objects.bulk_update(rows, ["asked", "random_rate"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0003_profile_sets"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="asked",
            field=models.CharField(max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="random_rate",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.RunPython(read, migrations.RunPython.noop, elidable=True),
    ]
