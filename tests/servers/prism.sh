# Prism, from npm, as a mock of the bundled document: it answers by example, and so keeps the schemas and none of the rules.
VERSION=5.14.2

install() {
    cd "$1"
    [ -e node_modules/.bin/prism ] && return
    npm install --no-audit --no-fund --silent "@stoplight/prism-cli@$VERSION"
}

serve() {
    local document=$PWD/specs/admin-openapi.yaml
    cd "$1" && exec node_modules/.bin/prism mock --port "$2" "$document"
}

document() {
    echo specs/admin-openapi.yaml
}
