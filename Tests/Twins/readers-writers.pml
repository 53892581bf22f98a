/* The twin of readers-writers.race; row "right" has 297 states here and there. */
byte readers, writing, a, b;

active [2] proctype reader()
{	byte round, x, y;

again:	if :: d_step { writing == 0 -> readers = readers + 1 } fi;
	x = a;
	d_step { y = b; assert(x == y); x = 0; y = 0 };
	if
	:: d_step { round == 0 -> readers = readers - 1; round = 1 }; goto again
	:: d_step { round == 1 -> readers = readers - 1; round = 0 }
	fi;
end:	false
}

active proctype writer()
{	byte i = 1;

again:
#ifdef WRONG
	if :: d_step { writing == 0 -> writing = 1 } fi;
#else
	if :: d_step { writing == 0 && readers == 0 -> writing = 1 } fi;
#endif
	a = i;
	b = i;
	if
	:: d_step { i == 1 -> writing = 0; i = 2 }; goto again
	:: d_step { i == 2 -> writing = 0; i = 0 }
	fi;
end:	false
}
