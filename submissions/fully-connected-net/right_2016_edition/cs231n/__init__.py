# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
