import Testing

@testable import Litmus

/// Headers and rows.
@Suite struct RowTests {
  @Test func `a row names a variant and what must come of it`() throws {
    let file = try read(
      """
      C rows
      (* Result: Sometimes DATARACE *)
      int x;
      #ifdef NEVER
      row hidden -DA -D B=2 with slow with late model sc violated: early@1, data-race
      #endif
      row  holds-so holds // a comment
      row open
      row no forbidden (* never *)
      row yes -DX=a=b allowed
      row any violated
      """)
    #expect(file.name == "rows")
    #expect(file.result == ["Sometimes", "DATARACE"])
    #expect(file.rows.map(\.name) == ["hidden", "holds-so", "open", "no", "yes", "any"])
    let hidden = file.rows[0]
    #expect(hidden.defines == [Define(name: "A"), Define(name: "B", value: "2")])
    #expect(hidden.labels == ["slow", "late"])
    #expect(hidden.model == "sc")
    #expect(
      hidden.expectation
        == .violated([
          Row.Finding(id: "early", preemptions: 1), Row.Finding(id: "data-race", preemptions: nil),
        ]))
    #expect(hidden.position == TextPosition(line: 5, column: 1))
    #expect(
      file.rows.dropFirst().map(\.expectation)
        == [.holds, nil, .forbidden, .allowed, .violated([])])
    #expect(file.rows[4].defines == [Define(name: "X", value: "a=b")])
  }

  @Test func `a file and its rows have tags`() throws {
    let file = try read(
      """
      C tagged
      (* a comment first *)
      Tags=slow  nested-guest
      Com=Rf Fr
      int x;
      row one tag hashed -DA tag 6-1 holds
      row two holds
      """)
    #expect(file.tags == ["slow", "nested-guest"])
    #expect(file.rows.map(\.tags) == [["hashed", "6-1"], []])
    #expect(file.rows[0].defines == [Define(name: "A")])
    #expect(try read("C t\nTags=slow\n{}\nP0(int *x) { *x = 1; }\n", as: .litmus).tags == ["slow"])
    #expect(try read("C t\nint x;\n").tags == [])
  }

  @Test func `rows and braces are found where conditions close the same brace twice`() throws {
    let file = try read(
      """
      C twice
      thread a(void)
      {
      	do {
      #ifdef FIX
      	} while (1);
      #else
      	} while (0);
      #endif
      }
      row buggy violated
      """)
    #expect(file.rows.map(\.name) == ["buggy"])
  }

  @Test func `the header of a test has keys, texts and nested comments`() throws {
    let file = try read(
      """
      C MP+lines+of (* (* nested *) { *)
      "A text
      of { lines"
      Cycle=Rf { Fr
      (* Result: Never
       *)

      { (* here, too *) x=1; 0:r1=x; [y]=2; int *p = &x; atomic_t z = ATOMIC_INIT(3); int a[2]; }

      P0(int *x) (* between *)
      {
      	r1 = (*x); // a comment
      	r2 = READ_ONCE(*x); /* another */
      }

      locations [x; 0:r1; a[1];]
      filter (x=1)
      exists (* not code *) (0:r1=1 /\\
      	0:r2=1) (* end *)
      """, as: .litmus)
    #expect(file.result == ["Never"])
    let (tree, names) = try file.tree(defines: [])
    #expect(tree.initial.count == 6)
    #expect(tree.locations.count == 3)
    #expect(tree.filter != nil)
    let condition = try #require(tree.condition)
    #expect(SyntaxText(names: names).text(condition.proposition) == "(and 0:r1=1 0:r2=1)")
  }
}
