/* The twin of peterson-n.race; row "right" has 1197 states here and there. */
#define N 3

byte level[N], last[N], user;

active [N] proctype use()
{	byte j = 1, k;

again:
#ifdef WRONG
	last[j] = _pid;
	level[_pid] = j;
#else
	level[_pid] = j;
	last[j] = _pid;
#endif
wait:	if
	:: d_step { k < N - 1 && (k == _pid || level[k] < j || last[j] != _pid) -> k = k + 1 }; goto wait
	:: d_step { k == N - 1 && j < N - 1 && (k == _pid || level[k] < j || last[j] != _pid) ->
		k = 0; j = j + 1 }; goto again
	:: d_step { k == N - 1 && j == N - 1 && (k == _pid || level[k] < j || last[j] != _pid) ->
		k = 0; j = 0 }
	fi;
	user = _pid;
	assert(user == _pid);
	level[_pid] = 0;
end:	false
}
