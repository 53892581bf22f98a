@main enum Explore { static func main() {} }
