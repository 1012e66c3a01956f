# The admin API of Restate, from npm.
VERSION=1.7.12

install() {
    cd "$1"
    [ -e node_modules/.bin/restate-server ] && return
    npm install --no-audit --no-fund --silent "@restatedev/restate-server@$VERSION"
}

serve() {
    cd "$1" && rm -rf data
    export RESTATE_BASE_DIR=$PWD/data RESTATE_ADMIN__BIND_ADDRESS=127.0.0.1:$2
    RESTATE_INGRESS__BIND_ADDRESS=127.0.0.1:$(free_port) RESTATE_BIND_ADDRESS=127.0.0.1:$(free_port)
    export RESTATE_INGRESS__BIND_ADDRESS RESTATE_BIND_ADDRESS
    exec node_modules/.bin/restate-server --node-name proofmark
}

document() {
    echo "http://127.0.0.1:$2/openapi"
}
