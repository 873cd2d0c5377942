import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

tours.add("truck_crm_my_day", {
    steps: () => [
        ...stepUtils.goToAppSteps("truck_crm.truck_crm_menu_root"),
        {
            content: "My Day is the first screen; what costs most comes first",
            trigger: ".o_data_row:first:contains(S0):contains(runs out on)",
        },
        {
            content: "Only the reason that I want to work on",
            trigger:
                ".o_search_panel_category_value:contains(No Contact for Long) header",
            run: "click",
        },
        {
            trigger:
                ".o_list_renderer:not(:has(.o_data_row:contains(runs out on))) .o_data_row:contains(Never reached):contains(Haulier)",
        },
        {
            content: "Note the call",
            trigger: ".o_data_row:contains(Haulier) button[name=action_log_contact]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=content] textarea",
            run: "edit Wants two trucks",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Back on the list",
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
        {
            content: "All reasons again",
            trigger: ".o_search_panel_category_value:contains(All) header",
            run: "click",
        },
        {
            content: "The row opens the quotation",
            trigger: ".o_data_row:contains(runs out on) .o_data_cell[name=description]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=order_line]",
        },
    ],
});

tours.add("truck_crm_my_day_on_the_phone", {
    steps: () => [
        {
            content: "Cards, with why and what number to call",
            trigger:
                ".o_kanban_record:contains(Haulier):contains(Never reached) a[href^='tel:']",
        },
        {
            content: "Note the call",
            trigger:
                ".o_kanban_record:contains(Never reached) button[name=action_log_contact]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=content] textarea",
            run: "edit Wants two trucks",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "A card opens what it is about",
            trigger:
                "body:not(:has(.modal)) .o_kanban_record:contains(runs out on) span:contains(runs out on)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=order_line]",
        },
    ],
});
