/* Peterson's lock for N processes, after the model `peterson` of the BEEM benchmarks:
 * the twin of Peterson.swift, which has the same reachable graph.
 * Build with spin -a -o1 -o2 -o3 -DN=4, gcc -DNOREDUCE. */
#ifndef N
#define N 3
#endif

byte pos[N];
byte last[N];

active [N] proctype process()
{	byte j, k;

L0:	j = 1;
L1:	if
	:: d_step { j < N -> pos[_pid] = j }
	:: j == N; goto L4
	fi;
	d_step { last[j-1] = _pid; k = 0 };
L3:	if
	:: d_step { k < N && (k == _pid || pos[k] < j) -> k = k+1 }; goto L3
	:: d_step { k == N || last[j-1] != _pid -> j = j+1 }; goto L1
	fi;
L4:	pos[_pid] = 0;
	goto L0
}
