/* The twin of ticket-lock.race; row "right" has 1015 states here and there. */
#ifdef WRONG
#define ROUNDS 1
#else
#define ROUNDS 2
#endif

byte next, serving, user;

active [3] proctype use()
{	byte round, ticket;

again:
#ifdef WRONG
	ticket = next;
	next = ticket + 1;
#else
	if :: d_step { ticket = next; next = next + 1 } fi;
#endif
	serving == ticket;
	user = _pid;
	assert(user == _pid);
	if
	:: d_step { round < ROUNDS - 1 -> serving = ticket + 1; ticket = 0; round = round + 1 }; goto again
	:: d_step { round == ROUNDS - 1 -> serving = ticket + 1; ticket = 0; round = 0 }
	fi;
end:	false
}
