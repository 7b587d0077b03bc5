@main enum Stress { static func main() {} }
