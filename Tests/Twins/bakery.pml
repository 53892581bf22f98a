/* The twin of bakery.race; row "right" has 7612 states here and there. */
#define N 3
#define FREE (number[k] == 0 || number[k] > most || (number[k] == most && k >= _pid))

byte choosing[N], number[N], user;

active [N] proctype use()
{	byte k, most;

	choosing[_pid] = 1;
draw:	if
	:: d_step { k < N - 1 -> if :: number[k] > most -> most = number[k] :: else fi; k = k + 1 };
		goto draw
	:: d_step { k == N - 1 -> if :: number[k] > most -> most = number[k] :: else fi;
		k = 0; most = most + 1 }
	fi;
	number[_pid] = most;
	choosing[_pid] = 0;
wait:
#ifndef WRONG
	choosing[k] == 0;
#endif
	if
	:: d_step { k < N - 1 && FREE -> k = k + 1 }; goto wait
	:: d_step { k == N - 1 && FREE -> k = 0; most = 0 }
	fi;
	user = _pid;
	assert(user == _pid);
	number[_pid] = 0;
end:	false
}
