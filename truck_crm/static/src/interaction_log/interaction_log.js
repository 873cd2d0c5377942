import {registry} from "@web/core/registry";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";

/**
 * The dialog of “Log Contact”. Other forms save what is in them when the page is closed or
 * reloaded; here that would note a contact that never was. Only Save says that it was.
 */
export class InteractionLogController extends FormController {
    async beforeUnload(ev) {
        if (this.model.root.dirty) {
            ev.preventDefault();
            ev.returnValue = "Unsaved changes";
        }
    }
}

registry.category("views").add("truck_interaction_log", {
    ...formView,
    Controller: InteractionLogController,
});
