from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cinema", "0003_record_changes")]

    operations = [
        AddIndexConcurrently(
            model_name="change",
            index=models.Index(
                fields=["user_id", "kind", "at", "id"], name="change_by_of_kind"
            ),
        ),
    ]
