import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

tours.add("truck_crm_change_a_grading_rule", {
    steps: () => [
        {
            content: "Rules in force are not changed, a draft of them is",
            trigger: "button[name=action_draft]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=state] .o_arrow_button_current:contains(Draft)",
        },
        {
            content: "Open the rule of revenue",
            trigger:
                ".o_field_widget[name=rule_ids] .o_data_row:first .o_data_cell[name=metric]",
            run: "click",
        },
        {
            content: "Its middle band gives more points",
            trigger:
                ".modal .o_field_widget[name=band_ids] .o_data_row:nth-child(2) .o_data_cell[name=points]",
            run: "click",
        },
        {
            trigger: ".modal .o_selected_row .o_field_widget[name=points] input",
            run: "edit 95",
        },
        {
            trigger: ".modal .modal-footer .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        ...stepUtils.saveForm(),
        {
            trigger: "button[name=action_simulate]",
            run: "click",
        },
        {
            content: "One customer would move up, in the matrix",
            trigger: ".o_field_widget[name=matrix] td.table-success:contains(1)",
        },
        {
            trigger: "button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The draft is in force",
            trigger:
                ".o_field_widget[name=state] .o_arrow_button_current:contains(In Force)",
        },
    ],
});

tours.add("truck_crm_metrics_page", {
    steps: () => [
        {
            content: "The figures come when their page is opened",
            trigger: ".o_notebook .nav-link[name=truck_metrics]",
            run: "click",
        },
        {
            trigger:
                ".o_truck_customer_metrics .o_kanban_record:contains(Score) .o_field_dashboard_graph canvas",
        },
        {
            content: "On demand they are reckoned anew: nothing was invoiced",
            trigger:
                ".o_truck_customer_metrics:has(.o_kanban_record:contains(400,000)) .o_truck_metrics_refresh",
            run: "click",
        },
        {
            trigger:
                ".o_truck_customer_metrics:not(:has(.o_kanban_record:contains(400,000))) .o_kanban_record:contains(Score)",
        },
        {
            content: "Set the grade by hand",
            trigger: ".o_truck_customer_metrics button[name=action_set_standing]",
            run: "click",
        },
        {
            // without typing: a second list would come while the first is clicked
            trigger: ".modal .o_field_widget[name=override_grade_id] input",
            run: "click",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains(A)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=override_reason] input",
            run: "edit 200 trucks announced",
        },
        {
            trigger:
                ".modal .o_field_widget[name=override_until] button, .modal .o_field_widget[name=override_until] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=override_until] input",
            run: "edit 12/31/2099",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger:
                ".o_truck_customer_metrics .o_kanban_record:contains(By hand until)",
        },
    ],
});
