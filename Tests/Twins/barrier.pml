/* The twin of barrier.race; row "right" has 503 states here and there. */
#define N 3

short missing = N;
byte round_over, here[N];

active [N] proctype meet()
{	byte round = 1, k;

again:	here[_pid] = round;
	if
	:: d_step { missing == 1 -> missing = 0 };
#ifdef WRONG
		round_over = round;
		missing = N
#else
		missing = N;
		round_over = round
#endif
	:: d_step { missing != 1 -> missing = missing - 1 };
		round_over >= round
	fi;
look:	if
	:: d_step { k < N - 1 -> assert(here[k] >= round); k = k + 1 }; goto look
	:: d_step { k == N - 1 && round == 1 -> assert(here[k] >= round); k = 0; round = 2 }; goto again
	:: d_step { k == N - 1 && round == 2 -> assert(here[k] >= round); k = 0; round = 0 }
	fi;
end:	false
}
