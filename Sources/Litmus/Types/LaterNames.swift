// Functions and macros of the kernel that race files cannot call yet.
extension PrimitiveFunction {
  /// What has no meaning here yet; each is refused by its name.
  static let later: Set<String> = [
    "DECLARE_WORK", "DEFINE_SEMAPHORE", "DEFINE_TIMER", "INIT_DELAYED_WORK", "INIT_WORK",
    "add_timer", "call_rcu", "call_rcu_hurry", "call_srcu", "cancel_delayed_work",
    "cancel_delayed_work_sync", "cancel_work", "cancel_work_sync", "complete_and_exit",
    "cond_synchronize_rcu", "del_timer", "del_timer_sync", "flush_delayed_work", "flush_work",
    "flush_workqueue", "get_state_synchronize_rcu", "hrtimer_cancel", "hrtimer_start",
    "kfree_rcu", "kthread_run", "kthread_should_stop", "kthread_stop", "kvfree_rcu",
    "mod_delayed_work", "mod_timer", "queue_delayed_work", "queue_work", "rcu_barrier",
    "rcu_read_lock_held", "schedule_delayed_work", "schedule_work", "srcu_barrier",
    "swait_event", "synchronize_rcu_tasks", "tasklet_schedule", "timer_delete",
    "timer_delete_sync", "timer_setup", "timer_shutdown", "timer_shutdown_sync", "wait_on_bit",
    "wait_on_bit_lock", "wait_var_event", "wake_up_bit",
    "wake_up_var",
  ]
}
