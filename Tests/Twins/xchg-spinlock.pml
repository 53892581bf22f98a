/* The twin of xchg-spinlock.race; row "right" has 265 states here and there. */
byte lock, user;

active [3] proctype use()
{	byte round;

again:
#ifdef WRONG
	lock == 0;
	lock = 1;
#else
	if :: d_step { lock == 0 -> lock = 1 } fi;
#endif
	user = _pid;
	assert(user == _pid);
	if
	:: d_step { round == 0 -> lock = 0; round = 1 }; goto again
	:: d_step { round == 1 -> lock = 0; round = 0 }
	fi;
end:	false
}
