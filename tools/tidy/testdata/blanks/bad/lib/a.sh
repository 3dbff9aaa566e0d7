#!/bin/bash
echo a 
	echo b
echo c
echo d