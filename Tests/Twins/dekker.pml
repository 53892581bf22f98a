/* The twin of dekker.race; row "right" has 331 states here and there. */
byte want[2], turn, user;

active [2] proctype use()
{	byte round;

again:	want[_pid] = 1;
look:	if
	:: want[1 - _pid] == 0
	:: want[1 - _pid] == 1;
		if
		:: turn == _pid; goto look
		:: turn != _pid
		fi;
		want[_pid] = 0;
		turn == _pid;
#ifdef WRONG
		want[_pid] = 1
#else
		want[_pid] = 1; goto look
#endif
	fi;
	user = _pid;
	assert(user == _pid);
	turn = 1 - _pid;
	if
	:: d_step { round == 0 -> want[_pid] = 0; round = 1 }; goto again
	:: d_step { round == 1 -> want[_pid] = 0; round = 0 }
	fi;
end:	false
}
