"""Rows that every posting changes leave room on their page for the next version."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE inventory_balance SET (fillfactor = 70);"
            "ALTER TABLE inventory_item_cost SET (fillfactor = 70);",
            "ALTER TABLE inventory_balance RESET (fillfactor); ALTER TABLE inventory_item_cost RESET (fillfactor);",
        )
    ]
