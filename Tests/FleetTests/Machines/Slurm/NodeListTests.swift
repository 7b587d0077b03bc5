import Fleet
import Testing

struct NodeListTests {
    @Test(
        arguments: [
            ("n1", ["n1"]), ("n[1-3]", ["n1", "n2", "n3"]),
            ("node[01-03,7],login1", ["node01", "node02", "node03", "node7", "login1"]),
            ("n[08-11]", ["n08", "n09", "n10", "n11"]), ("r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]),
            ("a[1]-ib,b.example.org", ["a1-ib", "b.example.org"]), ("n[099-101]", ["n099", "n100", "n101"]),
        ] as [(String, [String])])
    func expanded(_ text: String, _ names: [String]) { #expect(NodeList.expand(text) == names) }

    @Test(arguments: [
        "", ",", "n[1", "n1]", "n[]", "n[3-1]", "n[a-b]", "n[1-]", "n[1--2]", "n[[1]]", "n1,,n2", "n 1",
        "n[1-99999999999999999999]",
        "n[1-65537]", "n[1-300]m[1-300]", "-n1;rm", "n[1]$",
    ])
    func refused(_ text: String) { #expect(NodeList.expand(text) == nil, "\(text)") }
}
