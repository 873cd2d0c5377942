import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const VIN = "LGGA2B4D6RL300101";

tours.add("truck_crm_emergency", {
    steps: () => [
        {
            content: "A recall",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name] textarea",
            run: "edit Recall of seals",
        },
        {
            content: "What the customers are told",
            trigger: ".o_notebook .nav-link:contains(Notice to Customers)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=notice_subject] input",
            run: "edit Recall of your truck",
        },
        {
            trigger: ".o_field_widget[name=notice_body] .odoo-editor-editable",
            run: "editor Come to a workshop.",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The VINs that the works have named, one of them wrong",
            trigger: ".o_statusbar_buttons button[name=action_add_vins]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=text] textarea",
            async run(helpers) {
                await helpers.edit(`${VIN}\nSHORT`);
            },
        },
        {
            trigger: ".modal footer button[name=action_check]",
            run: "click",
        },
        {
            content: "What is wrong is said by row",
            trigger: ".modal .o_field_widget[name=problem_text]:contains(Row 2: SHORT)",
        },
        {
            trigger: ".modal footer button[name=action_add]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_start]",
            run: "click",
        },
        {
            content: "Everybody is told",
            trigger: ".o_statusbar_buttons button[name=action_notify]",
            run: "click",
        },
        {
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            trigger: ".o_form_view .alert-info:contains(queue of mails)",
        },
        {
            trigger: ".o_notebook .nav-link:contains(Vehicles)",
            run: "click",
        },
        {
            content: "The truck stands on the form and is put right",
            trigger: `.o_field_widget[name=next_line_ids] .o_data_row:contains(${VIN}) button[name=action_done]`,
            run: "click",
        },
        {
            trigger: `.o_field_widget[name=next_line_ids] .o_data_row:contains(${VIN}):contains(Done)`,
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_finish]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Finished)",
        },
    ],
});

tours.add("truck_crm_emergency_on_the_phone", {
    steps: () => [
        {
            content: "How far it is with the trucks of my customers",
            trigger:
                ".o_kanban_record:contains(Recall of seals):contains(Yours: 0 of 1)",
            run: "click",
        },
        {
            trigger: ".o_form_view .alert-info:contains(your own customers)",
        },
        {
            content: "What one may not press is not there",
            trigger: ".o_form_view:not(:has(button[name=action_notify]))",
        },
        {
            content: "His truck",
            trigger: `.o_field_widget[name=next_line_ids] .o_kanban_record:contains(${VIN})`,
            run: "click",
        },
        {
            content: "More buttons",
            trigger: ".o_statusbar_buttons button[title=More]",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu button[name=action_done]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button:visible:contains(Done)",
        },
    ],
});

tours.add("truck_crm_complaint_analysis", {
    steps: () => [
        {
            content: "How many, month by month",
            trigger: ".o_graph_view .o_graph_canvas_container canvas",
        },
        {
            trigger: ".o_switch_view.o_pivot",
            run: "click",
        },
        {
            content: "Working hours, and the days of the customer",
            trigger:
                ".o_pivot:has(th:contains(working hours)) th:contains(calendar days)",
        },
        {
            content: "By dealer",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            trigger: ".o_group_by_menu .o_menu_item:contains(/^Dealer$/)",
            run: "click",
        },
        {
            content: "What is behind the number",
            trigger: ".o_pivot tbody tr:contains(Qinzhou) .o_pivot_cell_value:first",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row .o_data_cell[name=complaint_id]",
            run: "click",
        },
        {
            content: "The complaint itself",
            trigger: ".o_form_view .o_field_widget[name=name]:contains(TS)",
        },
    ],
});
