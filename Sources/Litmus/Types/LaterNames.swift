// Functions and macros of the kernel that race files cannot call yet.
extension PrimitiveFunction {
  /// What has no meaning here yet; each is refused by its name.
  static let later: Set<String> = [
    "DECLARE_WAITQUEUE", "DEFINE_SEMAPHORE", "INIT_DELAYED_WORK_ONSTACK", "INIT_RCU_WORK",
    "INIT_WORK_ONSTACK", "add_wait_queue", "alloc_ordered_workqueue", "alloc_workqueue",
    "complete_and_exit", "cond_synchronize_rcu", "destroy_workqueue", "drain_workqueue",
    "flush_scheduled_work", "flush_workqueue", "get_state_synchronize_rcu", "hrtimer_cancel",
    "hrtimer_setup", "hrtimer_start", "hrtimer_try_to_cancel", "init_wait", "kthread_run",
    "kthread_should_stop", "kthread_stop", "prepare_to_wait_event", "prepare_to_wait_exclusive",
    "queue_rcu_work", "rcu_read_lock_held", "remove_wait_queue", "swait_event", "swake_up_all",
    "swake_up_one", "synchronize_rcu_tasks", "tasklet_disable", "tasklet_enable", "tasklet_kill",
    "tasklet_schedule", "tasklet_setup", "timer_setup_on_stack", "wait_event_cmd",
    "wait_event_interruptible_exclusive", "wait_event_interruptible_locked",
    "wait_event_killable_exclusive", "wait_event_lock_irq", "wait_on_bit", "wait_on_bit_lock",
    "wait_var_event", "wait_woken", "wake_up_bit", "wake_up_state", "wake_up_var",
  ]
}
