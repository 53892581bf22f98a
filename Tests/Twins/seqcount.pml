/* The twin of seqcount.race; row "right" has 6502 states here and there. */
byte seq, a, b;

active proctype writer()
{	byte i = 1;

again:	seq = 2 * i - 1;
	a = i;
	b = i;
	if
	:: d_step { i < 3 -> seq = 2 * i; i = i + 1 }; goto again
	:: d_step { i == 3 -> seq = 2 * i; i = 0 }
	fi;
end:	false
}

active [2] proctype reader()
{	byte s, x, y;

again:	if :: d_step { seq % 2 == 0 -> s = seq } fi;
	x = a;
#ifdef WRONG
	d_step { y = b; assert(x == y); s = 0; x = 0; y = 0 };
#else
	y = b;
	if
	:: d_step { seq != s -> s = 0; x = 0; y = 0 }; goto again
	:: d_step { seq == s -> assert(x == y); s = 0; x = 0; y = 0 }
	fi;
#endif
end:	false
}
