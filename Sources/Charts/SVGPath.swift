/// The `d` of a path, as short as it can be.
struct SVGPath {
    private(set) var text = ""
    /// As they were written.
    private var x = ""
    private var y = ""

    mutating func move(_ toX: Double, _ toY: Double) {
        (x, y) = (SVGWriter.number(toX), SVGWriter.number(toY))
        text += "M\(x) \(y)"
    }

    mutating func line(_ toX: Double, _ toY: Double) {
        let (newX, newY) = (SVGWriter.number(toX), SVGWriter.number(toY))
        if newX == x, newY == y { return }
        text += newY == y ? "H\(newX)" : newX == x ? "V\(newY)" : "L\(newX) \(newY)"
        (x, y) = (newX, newY)
    }

    /// To another x at the same height.
    mutating func lineAcross(_ toX: Double) {
        let newX = SVGWriter.number(toX)
        if newX == x { return }
        text += "H\(newX)"
        x = newX
    }

    mutating func close() { text += "Z" }
}
