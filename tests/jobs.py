"""Jobs of the addons, run by several processes at once and killed in the middle."""

from conftest import outcome, value, wait_until, wait_until_gone

# --- what the processes run ---


def run_job(env, model, method, batch_size):
    """Do a job, in batches of a size."""
    getattr(env[model], method)(batch_size=batch_size)


def run_job_unlocked(env, model, method, batch_size, locked=None):
    """Do a job as if no row were locked: only the unique index is left.

    :param locked: model whose rows the job locks, if it is not the job's own
    """
    rows = type(env[locked or model])
    lock = rows.try_lock_for_update
    rows.try_lock_for_update = lambda self, **options: self
    try:
        getattr(env[model], method)(batch_size=batch_size)
    finally:
        rows.try_lock_for_update = lock


# --- what the tests do with it ---


def kill_in_the_middle(worker, name, done, least, function, *arguments):
    """Start a function, and kill its process as soon as it has done so many.

    :param done: query of how many it has done
    :return: how many it has done then
    """
    worker.start(function, *arguments)
    wait_until(name, f"SELECT ({done}) >= {least}")
    worker.kill()
    wait_until_gone(name, worker)
    return value(name, done)


def run_together(workers, function, *arguments):
    """Run a function in these processes at once; raise unless all of them end well.

    Each may have left the work to another: what is left is done by the first, then.
    """
    for worker in workers:
        worker.start(function, *arguments)
    assert [outcome(worker) for worker in workers] == [None] * len(workers)
    workers[0].call(function, *arguments)
