import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {View} from "@web/views/view";
import {Component, onWillStart, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/**
 * The figures of a customer on a page of its form. A page is drawn when it is opened,
 * so the form itself loads none of them.
 */
export class CustomerMetrics extends Component {
    static template = "truck_crm.CustomerMetrics";
    static components = {View};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({viewProps: null, key: 0, isBusy: false});
        onWillStart(() => this.load());
    }

    /** Reckon now what the night would reckon, and show it. */
    async refresh() {
        this.state.isBusy = true;
        try {
            await this.orm.call("res.partner", "action_truck_refresh_metrics", [
                [this.props.record.resId],
            ]);
            await this.load();
            this.state.key += 1;
        } finally {
            this.state.isBusy = false;
        }
    }

    async load() {
        const domain = [["partner_id", "=", this.props.record.resId || 0]];
        const model = "truck.customer.metrics";
        const [count, viewId] = await Promise.all([
            this.orm.searchCount(model, domain),
            this.orm.call(model, "get_page_view_id", []),
        ]);
        this.state.viewProps = count && {
            type: "kanban",
            resModel: model,
            viewId,
            views: [
                [viewId, "kanban"],
                [false, "search"],
            ],
            domain,
            display: {controlPanel: false},
            noBreadcrumbs: true,
        };
    }
}

registry.category("view_widgets").add("truck_customer_metrics", {
    component: CustomerMetrics,
});
