"""The own trucks, each with its product, and those of the competitors."""

from .stage import rows

# What a truck costs of its list price: bodies earn more than tractors.
COST = {"tractor": 0.86, "cargo": 0.84, "dump": 0.8, "mixer": 0.79, "special": 0.78}


def build(stage):
    """Make the brand 龙腾, its models and products, and the competitors' models."""
    own = rows("models")
    stage.models_by_code = {row["code"]: row for row in own}
    brand = stage.env["truck.brand"].create(
        {"name": "龙腾", "code": "LONGTENG", "sequence": 1, "is_own": True}
    )
    brand.with_context(lang="en_US").name = "Longteng"
    stage.own_brand = brand
    products = _create_products(stage, own)
    stage.env["truck.model"].create(
        [
            {
                **_prepare_model_vals(stage, row),
                "brand_id": brand.id,
                "engine": row["engine"],
                "warranty_months": int(row["months"]),
                "warranty_km": int(row["km"]),
                "product_tmpl_id": product.product_tmpl_id.id,
            }
            for row, product in zip(own, products, strict=True)
        ]
    )
    stage.products = dict(zip(stage.models_by_code, products, strict=True))
    stage.competitor_models = stage.env["truck.model"].create(
        [
            {
                **_prepare_model_vals(stage, row),
                "brand_id": stage.env.ref(f"truck_crm.truck_brand_{row['brand']}").id,
                "warranty_months": 0,
                "warranty_km": 0,
            }
            for row in rows("competitors")
        ]
    )


def _prepare_model_vals(stage, row):
    standard = row["emission"] and stage.env.ref(
        f"truck_crm.truck_emission_standard_{row['emission']}"
    )
    return {
        "name": row["name"],
        "series": row["series"],
        "use": row["use"],
        "axle_configuration": row["axles"],
        "fuel": row["fuel"],
        "power_hp": int(row["hp"]),
        "gross_weight": int(row["weight"]),
        "emission_standard_id": standard and standard.id,
    }


def _create_products(stage, own):
    unit = stage.env["uom.uom"].create(
        {
            "name": "台",
            "relative_factor": 1,
            "relative_uom_id": stage.env.ref("uom.product_uom_unit").id,
        }
    )
    category = stage.env["product.category"].create({"name": "重型卡车"})
    return stage.env["product.product"].create(
        [
            {
                "name": f"龙腾 {row['name']}",
                "default_code": row["code"],
                "is_storable": True,
                "tracking": "serial",
                "categ_id": category.id,
                "uom_id": unit.id,
                "list_price": int(row["price"]),
                "standard_price": round(int(row["price"]) * COST[row["use"]], -2),
                "invoice_policy": "delivery",
                "company_id": stage.company.id,
            }
            for row in own
        ]
    )
