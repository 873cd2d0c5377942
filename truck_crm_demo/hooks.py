from . import story


def post_init_hook(env):
    """Build the demo company, once: it outlives the addon that told its story."""
    if not story.is_told(env):
        story.tell(env)
