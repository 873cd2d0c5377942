{
    "name": "Truck CRM: Cities from the List",
    "summary": "Territories by the cities of Odoo's extended addresses",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "truck_crm contributors",
    "website": "https://github.com/truck-crm/truck_crm",
    "license": "LGPL-3",
    "depends": ["truck_crm", "base_address_extended"],
    "data": ["views/truck_territory_views.xml"],
    "auto_install": True,
}
