import Testing

@testable import Litmus

/// Casts of pointers that show a cell of another width or kind are refused where they stand.
@Suite struct CastTests {
  @Test(
    arguments: [
      ("set_bit(3, (unsigned long *)&x);", "'unsigned long *'", "'int' as a 'unsigned long'"),
      ("u32 *q = (void *)bytes;", "'unsigned int *'", "'u8' as a 'unsigned int'"),
      ("x = *(char *)&x;", "'s8 *'", "'int' as a 's8'"),
      ("struct pair *q = (struct pair *)&odd;", "'struct pair *'", "'pointer' as a 'int'"),
      ("mutex_lock((struct mutex *)&l);", "'struct mutex *'", "'spinlock_t' as a 'struct mutex'"),
      ("x = *(int *)(unsigned int *)&w;", "'unsigned int *'", "'long' as a 'unsigned int'"),
    ])
  func `another width or kind is refused by name`(body: String, type: String, words: String) {
    let message = RefusalTests.messages(
      body, before: "struct pair { int a, b; }; struct odd { int *p; } odd; u8 bytes[4]; long w;")
    #expect(message.contains("error: a \(type) would see a \(words)"), "\(message)")
  }

  @Test(
    arguments: [
      "x = *(unsigned *)&x;", "p = (int *)&one;", "struct s *q = (struct s *)&one.v;",
      "void **q = (void **)&p;", "struct big { int many[9]; } *q = (void *)array;",
      "p = (int *)(unsigned long)p;", "p = (int *)3;",
    ])
  func `what has the same cells is not`(body: String) {
    #expect(RefusalTests.messages(body) == "")
  }
}
