{
    "name": "Truck CRM Demo Company",
    "summary": "A truck maker and a year of its business; never on a real database",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "truck_crm contributors",
    "website": "https://github.com/truck-crm/truck_crm",
    "license": "LGPL-3",
    "depends": ["truck_crm", "l10n_cn"],
    "post_init_hook": "post_init_hook",
}
