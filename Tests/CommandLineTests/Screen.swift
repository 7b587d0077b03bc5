/// What a terminal shows of the few codes that the live lines use. Anything else is a mistake.
struct Screen {
    /// Lines from the top; there is always room for one more.
    private(set) var lines: [[Character]] = [[]]
    private(set) var row = 0
    private var column = 0
    /// Each state in which a display had written all of its lines.
    private(set) var frames: [[String]] = []
    /// Codes that it does not know.
    private(set) var unknown: [String] = []
    /// Whether a line was longer than the terminal is wide.
    private(set) var hasWrapped = false

    init(_ text: String, columns: Int = 80) {
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n": down()
            case "\u{1B}": code(&rest)
            default:
                if column >= columns { hasWrapped = true }
                put(Character(scalar))
            }
        }
    }

    var text: [String] { lines.map { String($0) } }
    var isBlank: Bool { lines.joined().allSatisfy { $0 == " " } }

    private mutating func down() {
        row += 1
        if row == lines.count { lines.append([]) }
    }

    private mutating func put(_ character: Character) {
        while lines[row].count < column { lines[row].append(" ") }
        if lines[row].count == column { lines[row].append(character) } else { lines[row][column] = character }
        column += 1
    }

    private mutating func code(_ rest: inout ArraySlice<Unicode.Scalar>) {
        var number = ""
        guard rest.popFirst() == "[" else { return unknown.append("ESC") }
        while let digit = rest.first, digit.properties.numericType != nil {
            number.unicodeScalars.append(digit)
            rest.removeFirst()
        }
        switch rest.popFirst() {
        case "A":
            row -= Int(number) ?? 1
            if row < 0 { unknown.append("above the top") }
            row = max(0, row)
        case "K": lines[row] = Array(lines[row].prefix(column))
        case "J":
            lines[row] = Array(lines[row].prefix(column))
            lines.removeSubrange((row + 1)...)
            if !isBlank { frames.append(text) }
        case let other: unknown.append("\(number)\(other.map(String.init) ?? "")")
        }
    }
}
