/* A race for the R and C bits of page table entries, much simplified from KVM on
 * PowerPC: the twin of RaceSystem.swift, which has the same reachable graph.
 * Every d_step and every single statement is one step, and the control state is
 * the Promela pc.  Parameters come from spin -D... (cpp):
 *   NF fault threads, NP pages (1..2), NG nested guests (1..3)
 *   KF faults per fault thread, KT test_clear_dirty rounds, KS set_rc rounds,
 *   KA age rounds, KI invalidate rounds (0: the thread is absent)
 *   BUMP=1: test_clear_dirty bumps the sequence (the fix)
 * Build with spin -a -o1 -o2 -o3, gcc -DNOREDUCE, run with -c0. */
#ifndef NF
#define NF 1
#endif
#ifndef NP
#define NP 1
#endif
#ifndef NG
#define NG 1
#endif
#ifndef KF
#define KF 1
#endif
#ifndef KT
#define KT 1
#endif
#ifndef KS
#define KS 1
#endif
#ifndef KA
#define KA 0
#endif
#ifndef KI
#define KI 0
#endif
#ifndef MAXR
#define MAXR 1
#endif
#ifndef BUMP
#define BUMP 0
#endif

#define R_   1
#define C_   2
#define RC   3
#define PRES 4   /* host: present;  shadow: valid */
#define RPN  8   /* host: rpn bit;  shadow: rmap entry present */

byte host[NP] = 5;	/* R C present rpn: starts present, young, clean */
byte sh[NG*NP];      /* R C valid   rmap     */
byte lock;
byte seq;            /* mod 8 */
byte cnt;

#define SH(g,p)  sh[(g)*NP+(p)]
/* invariant for one shadow: valid -> rc subset of host rc */
#define OK1(g,p) (!(SH(g,p) & PRES) || ((SH(g,p) & RC & (host[p] ^ RC)) == 0))

#if NP==1
#define OKG(g) (OK1(g,0))
#else
#define OKG(g) (OK1(g,0) && OK1(g,1))
#endif
#if NG==1
#define INV (OKG(0))
#endif
#if NG==2
#define INV (OKG(0) && OKG(1))
#endif
#if NG==3
#define INV (OKG(0) && OKG(1) && OKG(2))
#endif

#define LOCK   d_step { lock == 0 -> lock = 1 }

active [NF] proctype fault()
{	byte k, pg, sq, pte, rt;

end:
L0:	if
	:: d_step { k < KF -> pg = 0 }
#if NP==2
	:: d_step { k < KF -> pg = 1 }
#endif
	fi;
L1:	sq = seq;
	LOCK;
	pte = host[pg];
	d_step { lock = 0; assert(INV) };
	if
	:: d_step { !(pte & PRES) -> k = k+1; pg = 0; sq = 0; pte = 0; rt = 0 }; goto L0
	:: (pte & PRES)
	fi;
	LOCK;
	if
	:: (cnt > 0 || sq != seq); goto L10
	:: (cnt == 0 && sq == seq)
	fi;
	SH(_pid % NG, pg) = (SH(_pid % NG, pg) & RPN) | PRES | (pte & RC);
	SH(_pid % NG, pg) = SH(_pid % NG, pg) | RPN;
	d_step { lock = 0; k = k+1; pg = 0; sq = 0; pte = 0; rt = 0; assert(INV) };
	goto L0;
L10:	if
	:: d_step { rt < MAXR -> lock = 0; rt = rt+1; pte = 0; sq = 0; assert(INV) }; goto L1
	:: d_step { rt >= MAXR -> lock = 0; k = k+1; pg = 0; sq = 0; pte = 0; rt = 0; assert(INV) }; goto L0
	fi
}

#if KT>0
active proctype tcd()	/* test_clear_dirty */
{	byte i, pg, j;
end:
L0:	if
	:: d_step { i < KT -> pg = 0 }
#if NP==2
	:: d_step { i < KT -> pg = 1 }
#endif
	fi;
	if	/* unlocked read */
	:: d_step { !(host[pg] & C_) -> i = i+1; pg = 0 }; goto L0
	:: (host[pg] & C_)
	fi;
	LOCK;
	if	/* recheck */
	:: !(host[pg] & C_)
	:: (host[pg] & C_);
		host[pg] = host[pg] & (255-C_);
L5:		if
		:: d_step { j < NG-1 -> if :: (SH(j,pg) & RPN) -> SH(j,pg) = SH(j,pg) & (255-C_) :: else fi; j = j+1 }; goto L5
		:: d_step { j >= NG-1 -> if :: (SH(j,pg) & RPN) -> SH(j,pg) = SH(j,pg) & (255-C_) :: else fi; j = 0 }
		fi;
		seq = (seq + BUMP) & 7
	fi;
	d_step { lock = 0; i = i+1; pg = 0; assert(INV) };
	goto L0
}
#endif

#if KS>0
active proctype setrc()
{	byte i, pg, g;
end:
L0:	if
	:: d_step { i < KS -> pg = 0; g = 0 }
#if NP==2
	:: d_step { i < KS -> pg = 1; g = 0 }
#endif
#if NG>=2
	:: d_step { i < KS -> pg = 0; g = 1 }
#if NP==2
	:: d_step { i < KS -> pg = 1; g = 1 }
#endif
#endif
	fi;
	LOCK;
	if
	:: d_step { (host[pg] & PRES) -> host[pg] = host[pg] | RC };
		if
		:: d_step { (SH(g,pg) & PRES) -> SH(g,pg) = SH(g,pg) | RC }
		:: !(SH(g,pg) & PRES)
		fi
	:: !(host[pg] & PRES)
	fi;
	d_step { lock = 0; i = i+1; pg = 0; g = 0; assert(INV) };
	goto L0
}
#endif

#if KA>0
active proctype age()
{	byte i, pg, j;
end:
L0:	if
	:: d_step { i < KA -> pg = 0 }
#if NP==2
	:: d_step { i < KA -> pg = 1 }
#endif
	fi;
	LOCK;
	host[pg] = host[pg] & (255-R_);
L5:	if
	:: d_step { j < NG-1 -> if :: (SH(j,pg) & RPN) -> SH(j,pg) = SH(j,pg) & (255-R_) :: else fi; j = j+1 }; goto L5
	:: d_step { j >= NG-1 -> if :: (SH(j,pg) & RPN) -> SH(j,pg) = SH(j,pg) & (255-R_) :: else fi; j = 0 }
	fi;
	d_step { lock = 0; i = i+1; pg = 0; assert(INV) };
	goto L0
}
#endif

#if KI>0
active proctype inval()
{	byte i, pg, j;
end:
L0:	if
	:: d_step { i < KI -> pg = 0 }
#if NP==2
	:: d_step { i < KI -> pg = 1 }
#endif
	fi;
	LOCK;				/* invalidate_range_start */
	cnt = cnt + 1;
	d_step { lock = 0; assert(INV) };
	LOCK;				/* unmap */
	host[pg] = host[pg] & RPN;	/* not present, rc cleared */
L5:	if
	:: d_step { j < NG-1 -> SH(j,pg) = 0; j = j+1 }; goto L5
	:: d_step { j >= NG-1 -> SH(j,pg) = 0; j = 0 }
	fi;
	d_step { lock = 0; assert(INV) };
	LOCK;				/* invalidate_range_end */
	seq = (seq + 1) & 7;
	cnt = cnt - 1;
	d_step { lock = 0; assert(INV) };
	LOCK;				/* page comes back at another frame */
	host[pg] = (host[pg] ^ RPN) | PRES;
	d_step { lock = 0; i = i+1; pg = 0; assert(INV) };
	goto L0
}
#endif
