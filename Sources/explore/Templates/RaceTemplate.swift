/// The text of a race file to begin with: two threads, a lock that is taken too late, a property.
enum RaceTemplate {
  /// The whole file; `name` is the race's, `file` what commands are to name.
  static func text(named name: String, file: String) -> String {
    """
    C \(name)

    (* Two CPUs count in one variable, and one of two counts is lost:

    	cpu0					cpu1
    	read counter: 0
    						read counter: 0, write 1
    	write 1

       This runs as it is; put your own race in its place, and take every interleaving by
           explore run \(file)
       Docs/race-files.md has the language, 'explore list constructs' its words. *)

    int counter;
    spinlock_t lock;

    static void count(void)
    {
    	int seen;

    	/* The fix is a macro, so that one file has the race and the proof that it is gone. */
    	if (IS_ENABLED(FIX))
    		spin_lock(&lock);
    	seen = READ_ONCE(counter);
    	WRITE_ONCE(counter, seen + 1);
    	if (IS_ENABLED(FIX))
    		spin_unlock(&lock);
    }

    /* What each CPU does. */
    thread cpu0(void) { count(); }
    thread cpu1(void) { count(); }

    /* What must be true when all threads have ended; 'always' is for every state. */
    finally both_counted: counter == 2

    /* What must come of each variant; 'explore check' says where it does not. */
    row buggy        violated: both_counted@1
    row fixed -DFIX  holds

    """
  }
}
