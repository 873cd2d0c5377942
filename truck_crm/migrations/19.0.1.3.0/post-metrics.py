"""Rows of metrics bear no longer who wrote them and when."""


def migrate(cr, version):
    cr.execute(
        """
        ALTER TABLE truck_customer_metrics
            DROP COLUMN IF EXISTS create_uid, DROP COLUMN IF EXISTS create_date,
            DROP COLUMN IF EXISTS write_uid, DROP COLUMN IF EXISTS write_date;
        ALTER TABLE truck_customer_metrics_month
            DROP COLUMN IF EXISTS create_uid, DROP COLUMN IF EXISTS create_date,
            DROP COLUMN IF EXISTS write_uid, DROP COLUMN IF EXISTS write_date;
        """
    )
