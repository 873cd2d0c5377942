"""Categories say now whether they are a fault of the truck, and all of them did.

Those that came with the addon and are none are marked, with what is below them; the
company's own ones stay in the fault analysis until somebody takes them out.
"""

NO_FAULTS = ("service", "parts", "delivery", "sales", "finance", "staff", "other")
FAULT = "truck_complaint_category_parts_quality"


def migrate(cr, version):
    """Mark the categories that are no fault."""
    cr.execute(
        """
        WITH root AS (
            SELECT category.parent_path
              FROM ir_model_data AS data
              JOIN truck_complaint_category AS category ON category.id = data.res_id
             WHERE data.module = 'truck_crm' AND data.name = ANY(%s)
        )
        UPDATE truck_complaint_category AS category
           SET is_fault = FALSE
          FROM root
         WHERE category.parent_path LIKE root.parent_path || '%%'
           AND category.id NOT IN (
               SELECT res_id FROM ir_model_data
                WHERE module = 'truck_crm' AND name = %s)
        """,
        [[f"truck_complaint_category_{name}" for name in NO_FAULTS], FAULT],
    )
