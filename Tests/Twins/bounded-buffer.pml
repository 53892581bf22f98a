/* The twin of bounded-buffer.race; row "right" has 67 states here and there. */
#define PLACES 2
#define ITEMS 5

byte ring[PLACES], head, tail;

active proctype producer()
{	byte i;

again:
#ifdef WRONG
	i - tail <= PLACES;
#else
	i - tail < PLACES;
#endif
	ring[i % PLACES] = i;
	if
	:: d_step { i < ITEMS - 1 -> head = i + 1; i = i + 1 }; goto again
	:: d_step { i == ITEMS - 1 -> head = i + 1; i = 0 }
	fi;
end:	false
}

active proctype consumer()
{	byte i;

again:	head > i;
	assert(ring[i % PLACES] == i);
	if
	:: d_step { i < ITEMS - 1 -> tail = i + 1; i = i + 1 }; goto again
	:: d_step { i == ITEMS - 1 -> tail = i + 1; i = 0 }
	fi;
end:	false
}
