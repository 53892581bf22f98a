/* The twin of philosophers.race; row "right" has 483 states here and there. */
#define N 3
#ifdef WRONG
#define FIRST  _pid
#define SECOND ((_pid + 1) % N)
#else
#define FIRST  (_pid == N - 1 -> 0 : _pid)
#define SECOND (_pid == N - 1 -> N - 1 : _pid + 1)
#endif

bit fork[N];
byte meals[N];

active [N] proctype dine()
{	byte round = 1;

again:	if :: d_step { fork[FIRST] == 0 -> fork[FIRST] = 1 } fi;
	d_step { fork[SECOND] == 0 -> fork[SECOND] = 1 };
	meals[_pid] = round;
	fork[SECOND] = 0;
	if
	:: d_step { round == 1 -> fork[FIRST] = 0; round = 2 }; goto again
	:: d_step { round == 2 -> fork[FIRST] = 0; round = 0 }
	fi;
end:	false
}
